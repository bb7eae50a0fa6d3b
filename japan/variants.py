"""Kanji that people use for one another in names and addresses: the table behind `japan.folding`.

Our own compilation: the older forms that 常用漢字表 (平成22年内閣告示第2号) gives in brackets, as far as they are
characters of their own, and variants met in surnames, given names, shop names and place names. OpenCC's list of
Japanese variants was read to find gaps. The table joins forms for finding, not for judging: some groups hold
characters that a dictionary keeps apart but people mix (斎 and 斉, 采 and 釆, 磯 and 礒). Characters that NFKC already
joins (U+FA19 and 神) are not listed.
"""

from __future__ import annotations

# Each group: the form searched by, then the forms that fold to it.
_SURNAMES_AND_PLACES = """
    高髙 崎﨑嵜碕 浜濱濵 辺邊邉 吉𠮷 斎齋齊斉⻫ 沢澤 広廣 国國圀囯 桜櫻 島嶋嶌嶹 渉涉 瀬瀨 柳栁桺 桑桒 宜冝 栃杤
    鶴靏靍靎 土圡 松枩柗 杉杦 橋槗𣘺 曽曾 滝瀧 塩鹽 関關 真眞 富冨 峰峯 岳嶽 野埜 淵渕渊 竜龍⻯ 万萬 徳德悳 桧檜 芦蘆 薮藪籔
    館舘 園薗 条條 恵惠 栄榮 弥彌 祢禰 巌巖 尭堯 遥遙 瑶瑤 槙槇 晋晉 亘亙 凛凜 晃晄 萌萠 穣穰 聡聰 禄祿 稲稻 秋穐龝 柏栢
    梅楳 桝枡 磯礒 旗籏 萱萓 采釆 刈苅 脇𦚰 蛎蠣 砺礪 涛濤 梼檮 曳曵 篭籠 竃竈 村邨 隣鄰 坂岅 蔵藏 荘莊 庵菴
    宮宫 昇曻 丈𠀋 喜㐂 哲喆 多夛 棲栖 彦彥 郎郞 郷鄕鄉 黄黃⻩ 寿壽 宝寶寳 礼禮 秘祕 糸絲 繁緐 群羣 翠翆 煕熙凞 椀碗 雁鴈
    鎌鐮 鉄鐵銕 鐸鈬 騨驒 鴎鷗 鶏鷄雞 鶯鴬 讃讚 蘇蘓 場塲 間閒 歳歲嵗 叡睿 兎兔 廼迺 隠隱 頴穎 葱蔥 町甼
"""
_OLD_FORMS = """
    亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 営營 衛衞 駅驛 円圓 縁緣 艶艷 応應 欧歐 殴毆 奥奧 横橫 温溫 穏穩 仮假 価價 画畫
    会會 絵繪 壊壞 懐懷 拡擴 殻殼 覚覺 学學 楽樂 勧勸 巻卷 寛寬 歓歡 缶罐 観觀 陥陷 顔顏 帰歸 亀龜⻲ 偽僞 戯戲 気氣 犠犧
    旧舊 拠據 挙擧舉 虚虛 峡峽 挟挾 狭狹 暁曉 区區 駆驅駈 勲勳 薫薰 径徑 掲揭 渓溪 経經 継繼 茎莖 蛍螢 軽輕 芸藝 撃擊
    欠缺 倹儉 剣劍劔剱 圏圈 検檢 権權 献獻 県縣 研硏 険險 顕顯 験驗 厳嚴 呉吳 娯娛 効效 恒恆 鉱鑛 号號 黒黑 済濟 砕碎
    剤劑 雑雜 参參 惨慘 桟棧 蚕蠶 賛贊 残殘 姉姊 歯齒⻭ 児兒 辞辭 湿濕溼 実實 写寫 舎舍 釈釋 収收 従從 渋澁澀 獣獸 縦縱
    粛肅 処處 緒緖 叙敍敘 将將 称稱 焼燒 証證 奨奬獎 状狀 乗乘 浄淨 剰剩 畳疊 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 寝寢
    慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 数數 枢樞 声聲 静靜 青靑⻘ 清淸 税稅 説說 脱脫 鋭銳 閲閱 悦悅 摂攝 窃竊 絶絕
    専專 戦戰 浅淺 潜潛濳 繊纖 践踐 銭錢 禅禪 双雙 壮壯 捜搜 挿插 巣巢 争爭 総總 装裝 騒騷 増增 臓臟 属屬 続續 即卽
    堕墮 対對 体體躰 帯帶 滞滯 台臺 択擇 単單 担擔 胆膽 団團 弾彈 断斷 痴癡 遅遲 昼晝 虫蟲 鋳鑄 庁廳 徴徵 聴聽 鎮鎭
    逓遞 転轉 点點 伝傳 党黨 盗盜 灯燈 当當 読讀 独獨 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥⻨ 発發 髪髮 抜拔 蛮蠻
    姫姬 払拂 仏佛 並竝 変變 弁辨瓣辯 舗舖 歩步 豊豐 褒襃 翻飜 毎每 満滿 黙默 戻戾 戸戶 薬藥 訳譯 与與 予豫 余餘 誉譽
    揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 両兩 猟獵 緑綠 涙淚 塁壘 励勵 隷隸 霊靈 齢齡 恋戀 錬鍊 炉爐 労勞 楼樓 録錄 湾灣
    晩晚 教敎 既旣 暦曆 歴歷 内內 尚尙 産產 闘鬪 飲飮 麺麵麪 瓶甁 床牀 船舩 窓窗窻 綿緜 婿壻聟 裏裡 跡蹟迹 杯盃 煙烟 猫貓
    珍珎 氷冰 涼凉 決决 況况 夢梦 略畧 却卻 勅敕 汚污汙 没沒 渇渴 痩瘦 繍繡 脚腳 稜棱 呪咒 鑑鑒 鎖鎻 皐皋 爾尓
    侭儘 峨峩 壺壷 鉤鈎 蓑簑 荊荆 昂昻
"""
_PRINTED_FORMS = """
    頬頰 填塡 剥剝 麹麴 呑吞 噛嚙 繋繫 醤醬 蝉蟬 掴摑 掻搔 祷禱 莱萊 潅灌 諌諫 頚頸 侠俠 蝋蠟 嘘噓 唖啞 蒋蔣 躯軀 焔焰
    鹸鹼 鯵鰺 蝿蠅 賎賤 贋贗 湧涌 倶俱 叱𠮟 餅餠 靭靱 祇祗 柿柹
"""
# Radicals that stand for whole characters in text copied out of PDF files; NFKC leaves these alone.
_RADICALS = "民⺠ 虎⻁ 西⻄ 角⻆ 長⻑ 食⻝ 鬼⻤ 骨⻣"

GROUPS: tuple[str, ...] = tuple(
    " ".join((_SURNAMES_AND_PLACES, _OLD_FORMS, _PRINTED_FORMS, _RADICALS)).split()
)
FOLDED_TO: dict[str, str] = {variant: group[0] for group in GROUPS for variant in group[1:]}
"""From each variant to the form it folds to; no value is a key."""
