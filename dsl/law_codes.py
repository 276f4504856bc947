"""Findings about citations, when a law register is there."""

from typing import Final

from dsl.codes import Code

LAW_CODES: Final = (
    Code(
        "F01",
        "法规库里没有",
        "citation that does not exist",
        "引用的法规或条文在法规库里没有：多半写错了名称或条文号。",
        "依据 《安全生产法》第一百九十条",
        "依据 《安全生产法》第一百一十九条",
        "核对名称和条文号。",
        "The register knows no such law, or the law has no such article; check the title and the number.",
    ),
    Code(
        "F02",
        "引用了失效的条文",
        "citation no longer in force",
        "引用的法规已经失效，或这是旧文本的条文号。",
        "依据 《生产安全事故罚款处罚规定（试行）》第五条",
        "依据 《生产安全事故罚款处罚规定》第五条",
        "改为现行的法规和条文号。",
        "The law cited is no longer in force, or the article is one of an older text; cite the law in force.",
    ),
    Code(
        "F03",
        "依据的位阶不够",
        "basis of too low a rank",
        "称为法定的数额，或行使职权的文书，只依据规范性文件，没有法律、法规或规章。",
        "参数 期限：期限 法定（只依据通知）",
        "参数 期限：期限 本地",
        "补上法律依据，或写“本地”。",
        "What is called statutory, or uses a power, cites circulars only; cite a law or regulation, or mark it as local.",
    ),
)
