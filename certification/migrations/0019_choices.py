"""The acts of the state table as they are called now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certification", "0018_supervision"),
    ]

    operations = [
        migrations.AlterField(
            model_name="performedact",
            name="action",
            field=models.CharField(
                choices=[
                    ("edit", "計画を書く"),
                    ("submit", "申請する"),
                    ("accept", "受け付ける"),
                    ("assign", "担当を決める"),
                    ("judge", "項目を判定する"),
                    ("draft_point", "補正の指摘を案に加える"),
                    ("judge_point", "補正の回答を確かめる"),
                    ("circulate", "持回り審査を依頼する"),
                    ("gather", "取りまとめに進む"),
                    ("send_result", "審査結果を登録して送信する"),
                    ("add_department", "審査する課を追加する"),
                    ("rework", "再審査を依頼する"),
                    ("return", "差し戻す"),
                    ("answer_point", "補正の指摘に答える"),
                    ("confirm", "共同申請の内容に同意する"),
                    ("resubmit", "補正して再申請する"),
                    ("propose_certify", "認定で起案する"),
                    ("propose_refuse", "不認定で起案する"),
                    ("stamp", "承認して次に回す"),
                    ("decide", "決裁する"),
                    ("return_proposal", "起案を戻す"),
                    ("withdraw", "取り下げる"),
                    ("notify", "軽微な変更として届け出る"),
                    ("rewrite", "返戻された届出を書き直す"),
                ],
                max_length=24,
                verbose_name="行為",
            ),
        ),
    ]
